package dev.anteroom.gateway.catalogue;

/** Writes {@code docs/settings.md}: a table of the settings under each heading. */
final class ReferencePage {
    private ReferencePage() {}

    static String write() {
        StringBuilder page = new StringBuilder("""
                # Settings of the gateway

                Each setting has an option (`--max-wait 10s`) and a key of the same name in a [file](configuration.md)
                (`max-wait: 10s`). [anteroom.yaml](anteroom.yaml) shows every key in its place, and editors check
                files with [anteroom.schema.json](anteroom.schema.json). This page, that file, that schema, `--help`,
                the man page and the shell completion are generated from one catalogue,
                `dev.anteroom.gateway.catalogue`.

                - A setting that is *fixed* cannot change while the gateway runs. A reload that changes one is refused
                  as a whole.
                - Repeat a setting that takes several values on the command line. In a file it is a value or a list, and
                  `upstream` may be written as `upstreams`, `class` as `classes`.
                - Settings with a common prefix may be a mapping in a file: `health-check: {interval: 2s, rise: 2}`,
                  `fleet: {redis: ..., name: ..., limit: ...}`.
                - A DURATION is a whole number and a unit: `500ms`, `30s`, `2m`, `1h`.
                """);
        for (Group group : Group.values()) {
            page.append("\n## ").append(group.heading()).append("\n\n");
            page.append("| setting | value | default | in a file | reload | meaning |\n|---|---|---|---|---|---|\n");
            Catalogue.all().stream()
                    .filter(setting -> setting.group() == group)
                    .forEach(setting -> page.append(row(setting)));
        }
        return page.toString();
    }

    private static String row(Setting<?, ?> setting) {
        String byDefault = setting.defaultText();
        String meaning = setting.details().isEmpty() ? setting.summary() : setting.summary() + " " + setting.details();
        return "| `%s` | `%s` | %s | %s | %s | %s%s |%n"
                .formatted(
                        setting.name(),
                        setting.type().label().replace("|", "\\|"),
                        byDefault == null ? "" : byDefault,
                        setting.place(),
                        setting.isLive() ? "live" : "fixed",
                        setting.hasOption() ? "" : "(Only in a file.) ",
                        meaning);
    }
}
