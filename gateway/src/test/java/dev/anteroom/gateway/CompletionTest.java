package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.testkit.ProgramOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests the completion script of the package in a real bash. */
@DisabledOnOs(OS.WINDOWS)
class CompletionTest {
    private static final Path SCRIPT = Path.of("..", "dist", "anteroom.bash-completion");

    /** Returns what bash offers for the last of some words. */
    private static List<String> complete(String... words) throws IOException {
        String line = String.join(" ", words);
        String script = ". '" + SCRIPT + "'; COMP_WORDS=(" + line + "); COMP_CWORD=" + (words.length - 1)
                + "; COMP_LINE='" + line + "'; COMP_POINT=" + line.length()
                + "; _complete_anteroom anteroom; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Process bash = new ProcessBuilder("bash", "-c", script)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return ProgramOutput.of(bash).linesToEnd().stream()
                    .map(String::strip)
                    .toList();
        } finally {
            bash.destroyForcibly();
        }
    }

    @Test
    void commands_are_completed() throws IOException {
        assertEquals(List.of("gateway"), complete("anteroom", "gat"));
    }

    @Test
    void options_are_completed() throws IOException {
        List<String> offered = complete("anteroom", "gateway", "--health");
        assertTrue(offered.contains("--health-check-rise"), offered.toString());
    }

    @Test
    void words_are_completed() throws IOException {
        assertEquals(List.of("keep"), complete("anteroom", "gateway", "--half-close", "k"));
    }
}
