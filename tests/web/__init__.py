"""The pages, over real HTTP, as browsers without JavaScript use them."""
