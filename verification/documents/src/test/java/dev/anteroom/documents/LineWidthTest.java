package dev.anteroom.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Checks that lines have at most 120 columns, as .editorconfig says. Tables, commands, pictures and string literals are
 * exempt, because they cannot be wrapped.
 */
class LineWidthTest {
    private static final int WIDTH = 120;

    @Test
    void no_line_is_wider_than_120_columns() {
        List<String> wide = new ArrayList<>();
        for (Path file : Checkout.files(".java", ".md", ".lua", ".pml", ".py")) {
            String quotation = file.toString().endsWith(".md") ? "```" : "\"\"\"";
            boolean quoted = false;
            List<String> lines = Checkout.lines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                quoted ^= line.contains(quotation);
                if (line.length() > WIDTH && !quoted && !isExempt(line.strip())) {
                    wide.add(Checkout.shown(file) + ":" + (i + 1));
                }
            }
        }
        assertEquals(List.of(), wide);
    }

    private static boolean isExempt(String line) {
        return line.startsWith("|") || line.startsWith("![") || line.contains("\"") || !line.contains(" ");
    }
}
