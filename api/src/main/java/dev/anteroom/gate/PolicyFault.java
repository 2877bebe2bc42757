package dev.anteroom.gate;

/**
 * What a policy did wrong with an admission. The message is put together when it is read, which is outside the lock: it
 * shows the source, whose {@code toString} is user code.
 */
final class PolicyFault extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final String before;
    private final transient Admission admission;
    private final Admission.State state;
    private final String after;

    PolicyFault(String before, Admission admission, String after) {
        this.before = before;
        this.admission = admission;
        this.state = admission.state();
        this.after = after;
    }

    @Override
    public String getMessage() {
        return before + admission.describe(state) + after;
    }
}
