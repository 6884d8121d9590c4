"""The pure core of Lead SLA: what follows from a fact, decided without touching the world."""
