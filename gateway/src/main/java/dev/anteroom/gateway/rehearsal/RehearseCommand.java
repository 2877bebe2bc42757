package dev.anteroom.gateway.rehearsal;

import dev.anteroom.simulator.SimulateCommand;
import picocli.CommandLine.Command;

/** {@code anteroom rehearse}: the options of {@code simulate}, performed. */
@Command(
        name = "rehearse",
        description =
                "Shows what each policy makes of a load: a real gateway, clients and an upstream, over the loopback"
                        + " interface and in real time.",
        footer = {
            "",
            "The options and the table are those of simulate, and so are the clients, if the seed is the same; without retries, and with"
                    + " one source, class and node. It takes the time that it takes: 4500 clients at 75/s are a minute for each policy."
        })
public final class RehearseCommand extends SimulateCommand {
    /** For picocli. */
    public RehearseCommand() {
        super(new Rehearsal());
    }
}
