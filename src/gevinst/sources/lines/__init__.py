"""Sources of cost lines: those that may not come, nobody counted, or somebody wrote down; means,
and effects from elsewhere.
"""
