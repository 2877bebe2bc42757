package dev.anteroom.gate;

/** The callback of a wait that must end also when other code makes the admission leave, as a listener may. */
interface Awaiting extends AdmissionCallback {
    /**
     * Called when the admission has been abandoned, outside the lock, on the thread that made it leave.
     *
     * @param admission the admission, which no longer waits
     */
    void abandoned(Admission admission);
}
