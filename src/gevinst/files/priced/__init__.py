"""Tables of money: rates and prices, cost lines, means, effects, and their money."""
