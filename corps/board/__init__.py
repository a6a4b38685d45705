"""The board: how the year stands, in numbers that each open their rows. A leader sees the own team's."""
