"""Figures of plain numbers, each a `picture`.

`bars`, `bands`, `curves`, `balance`, `shares`, `stacks`. A figure computes nothing and knows no study
and no result; `style` is what all share.
"""
