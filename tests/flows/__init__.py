"""Tests of whole conversations, over real HTTP against the sandbox."""
