"""What was measured elsewhere: effects, what follows from them in kroner, and what takes off.

`effects` holds the values and lays them into the cost lines of the treated arm.
"""
