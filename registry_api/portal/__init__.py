"""The portal: server-rendered pages in Chinese and English, for the public and for those who sign in."""
