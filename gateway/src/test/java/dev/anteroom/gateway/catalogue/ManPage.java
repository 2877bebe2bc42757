package dev.anteroom.gateway.catalogue;

/** Writes {@code dist/anteroom.1}, the page of the manual. */
final class ManPage {
    private ManPage() {}

    static String write() {
        StringBuilder page = new StringBuilder("""
                .\\" Generated from the catalogue of settings; see CONTRIBUTING.md.
                .TH ANTEROOM 1 "" "Anteroom" "Anteroom"
                .SH NAME
                anteroom \\- bound how many connections a server serves at once
                .SH SYNOPSIS
                .B anteroom gateway \\-\\-listen
                .I HOST:PORT
                .B \\-\\-upstream
                .I HOST:PORT
                .B \\-\\-limit
                .I LIMIT
                .RI [ OPTIONS ]
                .br
                .B anteroom gateway \\-\\-config
                .I FILE
                .RI [ OPTIONS ]
                .br
                .B anteroom check
                .I FILE
                .br
                .B anteroom demo
                |
                .B simulate
                |
                .B rehearse
                .RI [ OPTIONS ]
                .SH DESCRIPTION
                .B anteroom gateway
                accepts TCP connections, and passes no more of them to a server at once than a limit allows. The others
                wait, paused, in an order of your choosing.
                .B anteroom check
                prints a line for each fault of a configuration file.
                .B demo
                shows the policies at work,
                .B simulate
                tries them under a load of your own, and
                .B rehearse
                does so with real sockets; each has an option
                .BR \\-\\-help .
                .SH OPTIONS OF ANTEROOM GATEWAY
                Each option is a key of the same name in a configuration file. A DURATION is a whole number and a unit:
                500ms, 30s, 2m, 1h.
                .TP
                .BI \\-\\-config= FILE
                Configuration file, instead of options. Only these options may accompany it:
                \\-\\-access\\-log, \\-\\-record and \\-\\-admin\\-token\\-file.
                """);
        for (Group group : Group.values()) {
            page.append(".SS ").append(escape(group.heading())).append("\n");
            Catalogue.all().stream()
                    .filter(setting -> setting.group() == group && setting.hasOption())
                    .forEach(setting -> page.append(entry(setting)));
        }
        return page.append("""
                .SH SIGNALS
                .TP
                .B SIGTERM, SIGINT
                Stop accepting, refuse the waiting connections, and let the served ones finish within
                \\-\\-drain\\-timeout. A second signal ends the program at once.
                .TP
                .B SIGHUP
                Read the configuration file again, and the files of classes.
                .TP
                .B SIGUSR1
                Open the logs again.
                .SH EXIT STATUS
                0 after an orderly end, 1 if the gateway could not start, 2 for an invalid option or file.
                .SH ENVIRONMENT
                .TP
                .B ANTEROOM_ADMIN_TOKEN
                The token that the admin server requires.
                .TP
                .B ANTEROOM_FLEET_PASSWORD
                The password of the fleet's Redis.
                .TP
                .B JAVA_OPTS, ANTEROOM_OPTS
                Options for the JVM.
                .TP
                .B ANTEROOM_CLASSPATH
                Jars with policies or transports of your own, separated by colons.
                .SH FILES
                .TP
                .I /etc/default/anteroom
                The options of the service
                .BR anteroom.service .
                """).toString();
    }

    private static String entry(Setting<?, ?> setting) {
        String byDefault = setting.defaultText();
        String details = setting.details().replace("`", "").replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
        return ".TP\n.BI " + escape(setting.option()) + "= "
                + escape(setting.type().label()) + "\n"
                + escape(setting.summary()) + (setting.isList() ? " May be repeated." : "")
                + (details.isEmpty() ? "" : "\n" + escape(details))
                + (byDefault == null ? "" : "\nDefault: " + escape(byDefault) + ".")
                + (setting.isLive() ? "\n" : "\nA reload cannot change it.\n");
    }

    private static String escape(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-");
    }
}
