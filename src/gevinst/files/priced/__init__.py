"""Tables of money: rates and prices, cost lines, means, and the money they are in."""
