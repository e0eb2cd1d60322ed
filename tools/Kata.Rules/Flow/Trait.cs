namespace Kata.Rules.Flow;

/// <summary>What is known of the numbers in a value: of a scalar, or of the entries of a vector, matrix or tensor.</summary>
[Flags]
internal enum Trait
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An argument of the method, or entries of one.</summary>
    Input = 1 << 0,

    /// <summary>A matrix product, a sum or a multiple of inputs, or an input itself.</summary>
    Linear = 1 << 1,

    /// <summary>The transpose of what it was made from.</summary>
    Transposed = 1 << 2,

    /// <summary>The product of two numbers that were both linear in inputs.</summary>
    Product = 1 << 3,

    /// <summary>Dot products of inputs: queries with keys.</summary>
    Score = 1 << 4,

    /// <summary>Multiplied or divided by something.</summary>
    Scaled = 1 << 5,

    /// <summary>Divided by a <see cref="Dimension"/>, not by its root.</summary>
    DividedByDimension = 1 << 6,

    /// <summary>The size of an input.</summary>
    Dimension = 1 << 7,

    /// <summary>One divided by a <see cref="Dimension"/>.</summary>
    InverseDimension = 1 << 8,

    /// <summary>Kept from growing without bound above: something was subtracted, it was negated, clipped or is a logarithm.</summary>
    Bounded = 1 << 9,

    /// <summary>The largest of several numbers.</summary>
    Maximum = 1 << 10,

    /// <summary>A maximum was subtracted.</summary>
    MaximumSubtracted = 1 << 11,

    /// <summary>Exponentials.</summary>
    Exponential = 1 << 12,

    /// <summary>Exponentials (or what was made of them) whose exponents are not bounded.</summary>
    Overflowing = 1 << 13,

    /// <summary>A sum of exponentials.</summary>
    ExponentialSum = 1 << 14,

    /// <summary>One divided by an <see cref="ExponentialSum"/>.</summary>
    InverseExponentialSum = 1 << 15,

    /// <summary>The logarithm of an <see cref="ExponentialSum"/>.</summary>
    LogSumExp = 1 << 16,

    /// <summary>Exponentials divided by their sum.</summary>
    Softmax = 1 << 17,

    /// <summary>The logarithm of a <see cref="Softmax"/>.</summary>
    LogarithmOfSoftmax = 1 << 18,

    /// <summary>Made of booleans.</summary>
    Mask = 1 << 19,

    /// <summary>Some entries were replaced, or something was added, before the exponential.</summary>
    Masked = 1 << 20,

    /// <summary>A softmax with some weights taken away and not normalised again.</summary>
    MaskedAfterwards = 1 << 21,

    /// <summary>A column of a matrix.</summary>
    Column = 1 << 22,

    /// <summary>Sums along columns.</summary>
    ColumnSum = 1 << 23,

    /// <summary>A softmax along columns.</summary>
    ColumnSoftmax = 1 << 24,

    /// <summary>A softmax times an input, entry by entry.</summary>
    SoftmaxTimesInput = 1 << 25,

    /// <summary>Everything.</summary>
    All = (1 << 26) - 1,
}
