"""Service elsewhere (补报时长): handed in by a member, confirmed by the leader, verified by a coordinator."""
