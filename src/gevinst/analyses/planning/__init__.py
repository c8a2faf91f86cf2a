"""What comes next: what more citizens would show, how many it takes, and what to write down.

All of it rests on what one study has seen and on what it has left open.
"""
