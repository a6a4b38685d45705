"""What comes in from a spreadsheet."""
