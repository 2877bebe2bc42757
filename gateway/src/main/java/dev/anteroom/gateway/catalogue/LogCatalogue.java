package dev.anteroom.gateway.catalogue;

import dev.anteroom.gateway.config.LogSettings;

/** The settings of the logs of connections. */
public final class LogCatalogue {
    static final Scope<LogSettings> SCOPE = new Scope<>(Scope.Place.TOP);

    public static final Setting<LogSettings, String> ACCESS_LOG = SCOPE.setting(
                    "access-log", ValueType.text("FILE|-", text -> text), LogSettings::accessLog)
            .defaultText("none")
            .group(Group.LOGS)
            .besideFile()
            .details("The file may be rotated at any time.")
            .says("File for the access log, a line of JSON per connection at its end; - is standard output.");

    public static final Setting<LogSettings, String> RECORD = SCOPE.setting(
                    "record", ValueType.text("FILE", text -> text), LogSettings::record)
            .defaultText("none")
            .group(Group.LOGS)
            .besideFile()
            .says("File for a recording of arrivals, waits and services, for simulate --arrivals file:FILE.");

    private LogCatalogue() {}

    static LogSettings settings(Values values) {
        return new LogSettings(values.find(ACCESS_LOG), values.find(RECORD));
    }
}
