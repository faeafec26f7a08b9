"""The desk: what signed-in people do. Every action is a call of the API with their own key, in this process."""
