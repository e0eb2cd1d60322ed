namespace Kata012;

/// <summary>
/// Byte pair encoding over the bytes of UTF-8: how merges are learned and applied, what they cost each language, and
/// how sampling shares them out. Sources: Sennrich et al. 2016 (arXiv:1508.07909); for the sampling of languages
/// Conneau and Lample 2019 (arXiv:1901.07291).
/// </summary>
public static class BpeMerges
{
    /// <summary>Task 1. Learns merges: again and again, the most frequent pair of neighbours becomes one token.</summary>
    /// <param name="lines">The text to learn from; a line is cut before every space, and no pair crosses a cut.</param>
    /// <param name="merges">How many merges to learn at most.</param>
    /// <returns>Merge number k joins the tokens Left and Right into token 256 + k; fewer merges than asked for when no
    /// pair occurs twice any more.</returns>
    /// <exception cref="ArgumentException">The number of merges is negative, or a line holds half of a surrogate pair.</exception>
    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges) =>
        throw new NotImplementedException("Task 1: cut the lines into pieces of bytes, count the pairs, join the most frequent one, and repeat.");

    /// <summary>Task 2. Cuts a text into tokens by applying the merges in the order in which they were learned.</summary>
    /// <param name="text">Any text; it is cut before every space, as in training, and no pair is joined across a cut.</param>
    /// <param name="merges">What <see cref="Train"/> learned; earlier merges come first.</param>
    /// <returns>Bytes as 0 to 255, the result of merge number k as 256 + k.</returns>
    /// <exception cref="ArgumentException">The text holds half of a surrogate pair.</exception>
    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges) =>
        throw new NotImplementedException("Task 2: cut as in training, then join, each time, the pair that was learned first.");

    /// <summary>Task 2. The text behind tokens: all their bytes in order, read as UTF-8.</summary>
    /// <param name="tokens">Tokens as <see cref="Encode"/> gives them, or any part of them.</param>
    /// <param name="merges">The merges that the tokens were made with.</param>
    /// <returns>The text; bytes that are no UTF-8, such as a part of a character, become U+FFFD.</returns>
    /// <exception cref="ArgumentException">A token is negative or not below 256 plus the number of merges.</exception>
    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges) =>
        throw new NotImplementedException("Task 2: collect the bytes of all tokens, and only then read them as UTF-8.");

    /// <summary>Task 3. How many tokens a language needs for each of its characters.</summary>
    /// <param name="lines">Text of one language; each line is encoded by itself.</param>
    /// <param name="merges">The merges to encode it with.</param>
    /// <returns>All tokens of all lines, divided by all their Unicode characters (code points, spaces included).</returns>
    /// <exception cref="ArgumentException">The lines have no character, or half of a surrogate pair.</exception>
    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges) =>
        throw new NotImplementedException("Task 3: count all tokens and all Unicode characters, then divide once.");

    /// <summary>Task 4. With which probability each language is sampled, so that small ones are not drowned.</summary>
    /// <param name="sizes">How much text there is of each language, in any one unit.</param>
    /// <param name="alpha">1 keeps the shares as they are, 0 makes them equal.</param>
    /// <returns>Each share to the power of alpha, divided by the sum of these powers.</returns>
    /// <exception cref="ArgumentException">A size is not positive, or alpha is not in [0, 1].</exception>
    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha) =>
        throw new NotImplementedException("Task 4: shares, their powers, and a sum that makes them probabilities.");
}
