"""Figures of plain numbers: `bars`, `bands`, `curves`, `balance`, `shares`, `stacks`.

Each is a `picture`. A figure computes nothing and knows no study and no result; `style` is what all
share.
"""
