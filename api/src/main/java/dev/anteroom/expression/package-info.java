/**
 * What users write where a policy, a limit or a time is wanted: the grammar, its faults with their columns, and the values in it. For those who
 * make something of their own that is found by a name and has parameters.
 */
package dev.anteroom.expression;
