namespace Kata.Rules.Flow;

/// <summary>What a library method does to the numbers it is given.</summary>
internal enum Meaning
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>The same numbers, perhaps in another container or order.</summary>
    Same,

    /// <summary>Some of the numbers, by a condition.</summary>
    Filtered,

    /// <summary>Some of the numbers, by position.</summary>
    Part,

    /// <summary>Positions from a start, as many as an argument says.</summary>
    Positions,

    /// <summary>The transpose.</summary>
    Transposed,

    /// <summary>A column, or all of them.</summary>
    Columns,

    /// <summary>A row, or all of them.</summary>
    Rows,

    /// <summary>Numbers laid out as rows.</summary>
    FromRows,

    /// <summary>A container of zeros.</summary>
    Zeros,

    /// <summary>A container filled by a function of indices, or by a value.</summary>
    Filled,

    /// <summary>A function of each number (and of its index, and of its partner).</summary>
    Mapped,

    /// <summary>A function of each number, in place.</summary>
    MappedInPlace,

    /// <summary>Stores its last argument.</summary>
    Stored,

    /// <summary>Neither a number of interest nor a change to one.</summary>
    Plain,

    /// <summary>A function of numbers that no trait is about.</summary>
    OtherFunction,

    /// <summary>The size of an input.</summary>
    Dimension,

    /// <summary>e to the power.</summary>
    Exponential,

    /// <summary>The natural logarithm, or to another base.</summary>
    Logarithm,

    /// <summary>The sum.</summary>
    Sum,

    /// <summary>The sum of each column.</summary>
    SumOfColumns,

    /// <summary>The maximum.</summary>
    Maximum,

    /// <summary>The minimum: a bound from above.</summary>
    Minimum,

    /// <summary>Addition.</summary>
    Add,

    /// <summary>Subtraction.</summary>
    Subtract,

    /// <summary>Multiplication entry by entry, or by a scalar.</summary>
    Multiply,

    /// <summary>Division entry by entry, or by a scalar.</summary>
    Divide,

    /// <summary>The opposite number.</summary>
    Negate,

    /// <summary>The matrix product.</summary>
    MatrixProduct,

    /// <summary>The dot product, or the matrix product with a transpose.</summary>
    TransposedProduct,

    /// <summary>Divided by its sum.</summary>
    Normalised,

    /// <summary>Each column divided by its sum.</summary>
    NormalisedColumns,

    /// <summary>The softmax as a library has it.</summary>
    Softmax,
}
