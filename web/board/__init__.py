"""The board: pages of tables in which every number opens its rows, and every row its card, as it is in the chat."""
