"""Accounts that stand beside the difference: what became of whom, what else was counted and asked.

`progression` (statuses over time, and cost divided into citizens and rates, of `parts`); `survey`
(shares of those asked, of `shares`); `activity` (contacts and their cost over years, of
`contacts`); `outcomes` (in units other than money, of `measured`); `yearly` (totals
by year that are of no persons, of `series`).
"""
