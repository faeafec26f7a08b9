"""The client's side of HTTP/2: one channel to one server, calls with one message, and their answers."""
