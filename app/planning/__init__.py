"""Planning of what is offered: courses put together to a micro-credential, by paths and profiles."""
