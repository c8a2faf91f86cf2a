"""The report's sliders: a reader's own numbers in the published calculation.

`numbers` is what a study gives the script to calculate with, `section` what the page shows before
anything is changed, `script` the script and the policy that lets the page run no other.
"""
