"""Conversations: one file each; parse → Desk → view → reply. No rule, no SQL, no sentence."""
