"""What stands in the place of a reference where there is none: how much may have come anyway."""
