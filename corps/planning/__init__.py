"""排一排: what is missing in the 五个10, put on days and teams as proposals that a coordinator accepts or not."""

from corps.planning import plan_answers

KINDS_OF_NOTICE = plan_answers
"""Where the kinds that this package owes are declared."""
