MODALS: dict[str, str] = {}
