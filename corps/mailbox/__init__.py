"""Mail: an address is a member's once they have shown that they read there; how it is given up again."""
