"""How words, figures and times are said to people, in Chinese and English: under pages and documents alike."""
