"""An update → its handler: dispatcher, routes, the turn, last-resort errors, one queue a person."""
