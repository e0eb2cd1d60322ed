namespace Kata057;

/// <summary>The weights of a multi-head attention layer, as most libraries store them: heads are only cut when it is computed.</summary>
/// <param name="InWeight">d × 3d: the projections to queries, keys and values side by side; in each, head h owns d/H columns from h·d/H on.</param>
/// <param name="InBias">3d numbers in the same order.</param>
/// <param name="OutWeight">d × d: row h·d/H + c takes column c of head h's result.</param>
/// <param name="OutBias">d numbers.</param>
public sealed record MultiHeadWeights(
    [Shape("d", "qkv")] Matrix<double> InWeight,
    [Shape("qkv")] Vector<double> InBias,
    [Shape("d", "d")] Matrix<double> OutWeight,
    [Shape("d")] Vector<double> OutBias);

/// <summary>
/// One function, three implementations: multi-head self-attention head by head, with heads as an axis of batched
/// products, and as einsums over fused weights. Source: Vaswani et al. 2017, section 3.2.2 (arXiv:1706.03762).
/// </summary>
public static class ThreeMultiHeads
{
    /// <summary>Task 1. Batch by batch and head by head, with products of two matrices: six for each batch and head.</summary>
    /// <param name="inputs">For each batch n tokens of dimension d.</param>
    /// <param name="weights">The weights of the layer.</param>
    /// <param name="heads">Number of heads H, which divides d.</param>
    /// <param name="mask">True where the query (second axis) may attend to the key (third axis); the same for all heads.</param>
    /// <param name="multiply">The product of two matrices; the only way to multiply matrices that is used here.</param>
    /// <returns>For each token the results of all heads, projected by the output weights.</returns>
    /// <exception cref="ArgumentException">d cannot be divided into H heads, or a shape does not fit.</exception>
    [return: Shape("b", "n", "d")]
    public static Tensor<double> ByLoop(
        [Shape("b", "n", "d")] Tensor<double> inputs,
        MultiHeadWeights weights,
        int heads,
        [Shape("b", "n", "n")] Tensor<bool> mask,
        Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply) =>
        throw new NotImplementedException("Task 1: check the sizes, then for each batch and head: three projections, scores, mean, and its part of the output.");

    /// <summary>Task 2. All batches and heads at once: heads become an axis by a reshape and a transposition. Six batched products.</summary>
    /// <param name="inputs">For each batch n tokens of dimension d.</param>
    /// <param name="weights">The weights of the layer.</param>
    /// <param name="heads">Number of heads H, which divides d.</param>
    /// <param name="mask">True where the query (second axis) may attend to the key (third axis); the same for all heads.</param>
    /// <param name="multiply">The batched product … × r × k times … × k × c, with equal axes in front; the only one that is used here.</param>
    /// <returns>For each token the results of all heads, projected by the output weights.</returns>
    /// <exception cref="ArgumentException">d cannot be divided into H heads, or a shape does not fit.</exception>
    [return: Shape("b", "n", "d")]
    public static Tensor<double> ByReshape(
        [Shape("b", "n", "d")] Tensor<double> inputs,
        MultiHeadWeights weights,
        int heads,
        [Shape("b", "n", "n")] Tensor<bool> mask,
        Func<Tensor<double>, Tensor<double>, Tensor<double>> multiply) =>
        throw new NotImplementedException("Task 2: project whole rows, make the heads an axis, attend with all of them at once, and put them side by side again.");

    /// <summary>Task 3. Four einsums: queries, keys and values from one of them, and no axis is ever exchanged by hand.</summary>
    /// <param name="inputs">For each batch n tokens of dimension d.</param>
    /// <param name="weights">The weights of the layer.</param>
    /// <param name="heads">Number of heads H, which divides d.</param>
    /// <param name="mask">True where the query (second axis) may attend to the key (third axis); the same for all heads.</param>
    /// <param name="einsum">The einsum of two operands, called with a spec such as <c>"ij,jk->ik"</c>; the only product that is used here.</param>
    /// <returns>For each token the results of all heads, projected by the output weights.</returns>
    /// <exception cref="ArgumentException">d cannot be divided into H heads, or a shape does not fit.</exception>
    [return: Shape("b", "n", "d")]
    public static Tensor<double> ByFusedEinsum(
        [Shape("b", "n", "d")] Tensor<double> inputs,
        MultiHeadWeights weights,
        int heads,
        [Shape("b", "n", "n")] Tensor<bool> mask,
        Func<string, Tensor<double>, Tensor<double>, Tensor<double>> einsum) =>
        throw new NotImplementedException("Task 3: name the axes of the fused weight, project once, and let the letters move the heads.");
}
