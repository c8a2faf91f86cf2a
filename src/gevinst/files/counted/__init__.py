"""What is counted: citizens per status and time, and outcomes; each number the set it stands for.

`sets` reads a cell as the whole numbers that it can be, `columns` holds those of an arm against its
size, `outcomes` reads what came out in units other than money, and `accounts` totals by year.
"""
