package dev.anteroom.simulator;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;

/** A program that consists of the command {@code simulate}. */
final class Program {
    private Program() {}

    public static void main(String[] args) {
        System.exit(run(
                new PrintWriter(System.out, true, Charset.defaultCharset()),
                new PrintWriter(System.err, true, Charset.defaultCharset()),
                args));
    }

    /** The exit status and the output of a call. */
    record Call(int status, String out, String err) {}

    static Call call(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        return new Call(run(new PrintWriter(out), new PrintWriter(err), args), out.toString(), err.toString());
    }

    private static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new SimulateCommand())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((e, ignored) -> {
                    err.println(e.getMessage());
                    return CommandLine.ExitCode.USAGE;
                })
                .execute(args);
    }
}
