"""排一排: what is missing in the 五个10, put on days and teams as proposals that a coordinator accepts or not."""
