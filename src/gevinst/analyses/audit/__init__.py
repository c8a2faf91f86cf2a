"""Does each published figure follow from its own inputs?

Each check is a small function that yields findings: of `Evidence`, the figures by themselves, or of
`StudyEvidence`, where it needs the study too. `registry` has a row for each. None knows a study:
only data and claims are written down, findings never.
"""
