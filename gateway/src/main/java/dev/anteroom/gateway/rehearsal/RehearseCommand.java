package dev.anteroom.gateway.rehearsal;

import dev.anteroom.simulator.SimulateCommand;
import picocli.CommandLine.Command;

/** {@code anteroom rehearse}: runs the load of {@code simulate} in real time. It takes the same options. */
@Command(
        name = "rehearse",
        description =
                "Shows how each policy copes with a load, with a real gateway, clients and upstream, over the loopback"
                        + " interface and in real time.",
        footer = {
            "",
            "The options and the table are those of simulate. With the same seed, so are the clients. There are no"
                    + " retries, and only one source, class and node. The load runs in real time: 4500 clients at 75/s"
                    + " take one minute for each policy."
        })
public final class RehearseCommand extends SimulateCommand {
    /** Creates the command; for picocli. */
    public RehearseCommand() {
        super(new Rehearsal());
    }
}
