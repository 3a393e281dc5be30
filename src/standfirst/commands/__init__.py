"""What the commands do once settings are known: the processes, the demonstration, the terminal, the check-up.

In: a Context's settings, store and clock, from cli.py. Out: words on a terminal, running processes. The only room where
everything meets; nothing else imports it.
"""
