namespace Kata046;

/// <summary>A linear layer: it maps the rows of X to X · Weight + Bias.</summary>
/// <param name="Weight">One row for each input, one column for each output.</param>
/// <param name="Bias">One number for each output.</param>
public sealed record Linear([Shape("dIn", "dOut")] Matrix<double> Weight, [Shape("dOut")] Vector<double> Bias);

/// <summary>What a computation spent on matrix products.</summary>
/// <param name="Products">How many matrix products it took.</param>
/// <param name="Multiplications">How many multiplications of two numbers they took: r·k·c for r × k times k × c.</param>
public sealed record MatMulCount(int Products, long Multiplications);

/// <summary>
/// Two ways to the same heads: one fused projection whose result is cut into heads by strides alone, and one matrix
/// of its own for each head. Source: Vaswani et al. 2017, section 3.2.2 (arXiv:1706.03762).
/// </summary>
public static class LogicalAndPhysicalHeads
{
    /// <summary>Task 1. Cuts a fused projection into heads without copying a number: a view with other strides.</summary>
    /// <param name="projected">One row per token, dense; head h owns the columns from h·dHead on. At least 2 columns.</param>
    /// <param name="heads">Number of heads H.</param>
    /// <returns>H × n × dHead on the memory of <paramref name="projected"/>: a change in one is seen in the other.</returns>
    /// <exception cref="ArgumentException">The tensor has not two axes, or its columns cannot be divided into H heads.</exception>
    [return: Shape("H", "n", "dHead")]
    public static Tensor<double> SplitLogical([Shape("n", "dOut")] Tensor<double> projected, int heads) =>
        throw new NotImplementedException("Task 1: name the axes tokens, heads, columns of a head without moving a number, then change their order.");

    /// <summary>Task 1. Puts heads side by side again, the inverse of <see cref="SplitLogical"/>; this one has to copy.</summary>
    /// <param name="heads">The results of the heads, a view or not.</param>
    /// <returns>n × (H·dHead), dense, with memory of its own: head h fills the columns from h·dHead on.</returns>
    /// <exception cref="ArgumentException">The tensor has not three axes.</exception>
    [return: Shape("n", "dOut")]
    public static Tensor<double> MergeLogical([Shape("H", "n", "dHead")] Tensor<double> heads) =>
        throw new NotImplementedException("Task 1: bring the axes into the order tokens, heads, columns; only then may two of them become one.");

    /// <summary>Task 2. Cuts the layer itself: one smaller layer for each head.</summary>
    /// <param name="fused">The layer of all heads; head h owns the outputs from h·dHead on.</param>
    /// <param name="heads">Number of heads H.</param>
    /// <returns>H layers of dIn × dHead with memory of their own.</returns>
    /// <exception cref="ArgumentException">The outputs cannot be divided into H heads.</exception>
    public static IReadOnlyList<Linear> SplitPhysical(Linear fused, int heads) =>
        throw new NotImplementedException("Task 2: head h owns a block of columns of the weight, and what else of the layer?");

    /// <summary>Task 2. Fuses the layers of all heads into one, the inverse of <see cref="SplitPhysical"/>.</summary>
    /// <param name="heads">The layers of the heads, all of one shape.</param>
    /// <returns>One layer that computes all of them: head h owns the outputs from h·dHead on.</returns>
    /// <exception cref="ArgumentException">There is no head, or the shapes of two heads differ.</exception>
    public static Linear MergePhysical(IReadOnlyList<Linear> heads) =>
        throw new NotImplementedException("Task 2: refuse heads that do not fit, then put weights and biases side by side.");

    /// <summary>Task 3. All heads from one product with the fused layer.</summary>
    /// <param name="inputs">One token per row.</param>
    /// <param name="fused">The layer of all heads.</param>
    /// <param name="heads">Number of heads H.</param>
    /// <param name="multiply">The product of two matrices; the only way to multiply matrices that is used here.</param>
    /// <returns>X · Weight + Bias for each head.</returns>
    /// <exception cref="ArgumentException">The outputs cannot be divided into H heads.</exception>
    [return: Shape("H", "n", "dHead")]
    public static Tensor<double> ProjectLogical(
        [Shape("n", "dIn")] Matrix<double> inputs,
        Linear fused,
        int heads,
        Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply) =>
        throw new NotImplementedException("Task 3: one product with the fused weight, the bias, then the view of task 1.");

    /// <summary>Task 3. The same heads from one product for each of them.</summary>
    /// <param name="inputs">One token per row.</param>
    /// <param name="heads">The layers of the heads, all of one shape.</param>
    /// <param name="multiply">The product of two matrices; the only way to multiply matrices that is used here.</param>
    /// <returns>X · Weight + Bias for each head.</returns>
    /// <exception cref="ArgumentException">There is no head, or the shapes of two heads differ.</exception>
    [return: Shape("H", "n", "dHead")]
    public static Tensor<double> ProjectPhysical(
        [Shape("n", "dIn")] Matrix<double> inputs,
        IReadOnlyList<Linear> heads,
        Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply) =>
        throw new NotImplementedException("Task 3: one product and one bias for each head, collected into one tensor.");

    /// <summary>Task 4. Counts the matrix products of a computation while it runs.</summary>
    /// <param name="computation">Is run once, and calls the product it is given for every matrix product it needs.</param>
    /// <returns>How many products were asked for, and what they cost.</returns>
    public static MatMulCount CountMatMuls(Action<Func<Matrix<double>, Matrix<double>, Matrix<double>>> computation) =>
        throw new NotImplementedException("Task 4: run the computation with a product that keeps count.");
}
