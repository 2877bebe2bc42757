package dev.anteroom.gateway.catalogue;

import java.util.List;

/** Writes {@code docs/anteroom.yaml}: every setting with an example and a comment. */
final class ExampleFile {
    private static final int WIDTH = 110;
    private final StringBuilder text = new StringBuilder();

    private ExampleFile() {}

    static String write() {
        ExampleFile file = new ExampleFile();
        file.text.append("""
                # yaml-language-server: $schema=anteroom.schema.json
                # Every setting of a gateway, with an example.  Check it:  anteroom check docs/anteroom.yaml
                #                                               Run it:    anteroom gateway --config docs/anteroom.yaml
                #                                               Reload it: kill -HUP PID, or POST /api/reload
                # Keys and values are those of the command line. A setting marked "fixed" cannot change while the
                # gateway runs: a reload that changes one is refused as a whole. For details see docs/settings.md.
                """);
        file.settings("", Catalogue.at(Scope.Place.TOP), "");
        file.comment(
                "",
                "Each gate bounds how many connections are served at once, through all listeners that name it.",
                true);
        file.text.append("gates:\n  database:\n");
        file.settings("    ", Catalogue.at(Scope.Place.GATE), "");
        file.text.append("  web:\n    limit: 200\n");
        file.comment(
                "", "Each listener accepts connections, and passes those that its gate admits to its upstreams.", true);
        file.text.append("listeners:\n");
        file.settings("    ", Catalogue.at(Scope.Place.LISTENER), "  - ");
        file.text.append("""

                  # A second listener for the same database, under the same limit.
                  - listen: 127.0.0.1:7001
                    gate: database
                    upstream: 127.0.0.1:5432

                  - listen: 127.0.0.1:7080
                    gate: web
                    upstream: 127.0.0.1:8080
                """);
        return file.text.toString();
    }

    private void settings(String indent, List<Setting<?, ?>> settings, String firstIndent) {
        for (Group group : Group.values()) {
            List<Setting<?, ?>> listed = settings.stream()
                    .filter(setting -> setting.group() == group)
                    .toList();
            if (!listed.isEmpty()) {
                comment(indent, "-- " + group.heading() + " --", true);
                for (Setting<?, ?> setting : listed) {
                    setting(indent, setting, firstIndent);
                    firstIndent = "";
                }
            }
        }
    }

    private void setting(String indent, Setting<?, ?> setting, String firstIndent) {
        String byDefault = setting.defaultText();
        String comment = setting.summary()
                + (byDefault == null ? "" : " Default: " + byDefault + ".")
                + (setting.isLive() ? "" : " Fixed.");
        comment(indent, comment, false);
        boolean isShown = !setting.examples().isEmpty() && setting.group() != Group.FLEET;
        text.append(firstIndent.isEmpty() ? indent : firstIndent)
                .append(isShown ? "" : "#")
                .append(setting.name())
                .append(":");
        if (setting.isList()) {
            setting.examples()
                    .forEach(example ->
                            text.append("\n").append(indent).append("  - ").append(example));
        } else {
            text.append(" ")
                    .append(
                            setting.examples().isEmpty()
                                    ? setting.type().label()
                                    : quote(setting.examples().get(0)));
        }
        text.append("\n");
    }

    private static String quote(String value) {
        return value.contains("\\") ? "\"" + value + "\"" : value;
    }

    private void comment(String indent, String words, boolean isParagraph) {
        text.append(isParagraph ? "\n" : "");
        StringBuilder line = new StringBuilder(indent).append("#");
        for (String word : words.split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append("\n");
                line.setLength(0);
                line.append(indent).append("#");
            }
            line.append(" ").append(word);
        }
        text.append(line).append("\n");
    }
}
