package dev.anteroom.gateway.catalogue;

import java.util.List;

/** A source without settings. */
enum NoSource implements Source {
    INSTANCE;

    @Override
    public boolean has(Setting<?, ?> setting) {
        return false;
    }

    @Override
    public List<Text> texts(Setting<?, ?> setting) {
        return List.of();
    }

    @Override
    public String name(Setting<?, ?> setting) {
        return setting.name();
    }

    @Override
    public void fault(Setting<?, ?> setting, String message) {}

    @Override
    public void missing(Setting<?, ?> setting) {}
}
