using System.Globalization;
using System.Text.RegularExpressions;

namespace Kata078;

/// <summary>
/// The experiments that the answer quotes, on sentences sampled from a known chain of tags. Each token shows
/// x = strength · one-hot(tag) + standard normal noise, so that its log-likelihood is strength · x plus a constant. Token
/// accuracy and whole sentences are expectations given the evidence; legality and F1 compare with the sampled tags.
/// </summary>
public class PlantedEntitiesTests
{
    private const int Count = 200, Length = 12;

    // One letter for each tag, so that a sentence of tags is a string: O, B-PER, I-PER, B-LOC, I-LOC.
    private const string Letters = "OPpLl";
    private static readonly string[] Labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];

    // From O, and at the start, eight words of ten stay outside; an entity goes on with probability 0.6.
    private static readonly double[] Start = [0.8, 0.1, 0, 0.1, 0];
    private static readonly double[][] Next =
    [
        Start, [0.34, 0.03, 0.6, 0.03, 0], [0.34, 0.03, 0.6, 0.03, 0], [0.34, 0.03, 0, 0.03, 0.6], [0.34, 0.03, 0, 0.03, 0.6],
    ];

    private static readonly bool[] All = [.. Enumerable.Repeat(true, Length)];

    private static readonly TransitionScores Chain = new(
        Matrix<double>.Build.DenseOfRowArrays(Next).PointwiseLog(),
        Vector<double>.Build.Dense(Start).PointwiseLog(),
        Vector<double>.Build.Dense(5));

    [Fact, Task(4)]
    public void Transitions_help_most_where_a_token_is_judged_by_its_own_evidence()
    {
        var table = new StringBuilder("evidence  decoder              token accuracy  illegal  whole sentence  entity F1\n");
        var rules = CrfNer.BioConstraints(Labels);
        foreach (var strength in new[] { 1.5, 2.5, 4.0 })
        {
            var sentences = Sentences(strength);
            var frequencies = Frequencies(sentences);
            var marginals = sentences.ConvertAll(sentence => CrfNer.Marginals(sentence.Emissions, Chain, All));
            var partitions = sentences.ConvertAll(sentence => CrfNer.LogPartition(sentence.Emissions, Chain, All));
            var own = sentences.ConvertAll(sentence => CrfNer.WeightedEmissions(sentence.Emissions, frequencies));
            var decoders = new (string Name, List<int[]> Decoded)[]
            {
                ("softmax, own token", own.ConvertAll(ArgMax)),
                ("softmax, all tokens", marginals.ConvertAll(ArgMax)),
                ("own token + BIO", own.ConvertAll(emissions => CrfNer.Viterbi(emissions, rules, All))),
                ("own token + CRF", sentences.ConvertAll(sentence => CrfNer.Viterbi(sentence.Emissions, Chain, All))),
            };
            foreach (var (name, decoded) in decoders)
            {
                var pairs = sentences.Zip(decoded, (sentence, found) => (Gold: Text(sentence.Tags), Found: Text(found))).ToList();
                var accuracy = marginals.Zip(decoded, (p, found) => found.Select((tag, token) => p[token, tag]).Average()).Average();
                var whole = decoded.Select((found, i) =>
                    Math.Exp(CrfNer.PathScore(sentences[i].Emissions, Chain, All, found) - partitions[i])).Average();
                var illegal = pairs.Average(pair => Regex.IsMatch(pair.Found, "^(O|Pp*|Ll*)*$") ? 0.0 : 1);
                table.Append(CultureInfo.InvariantCulture, $"{strength,8:F1}  {name,-19}  {100 * accuracy,12:F1} %");
                table.Append(CultureInfo.InvariantCulture, $"  {100 * illegal,5:F1} %  {100 * whole,12:F1} %  {EntityScores(pairs).F1,9:F3}\n");
            }
        }

        Snapshot.Verify(table.ToString());
    }

    [Fact, Task(4)]
    public void Weights_trade_precision_for_recall_if_they_do_not_stretch_the_spans()
    {
        var table = new StringBuilder("weight    on B and I: precision  recall     F1    on B alone: precision  recall     F1\n");
        var sentences = Sentences(strength: 1.5);
        foreach (var weight in new[] { 0.5, 1, 2, 8 })
        {
            table.Append(CultureInfo.InvariantCulture, $"{weight,6:F1}");
            foreach (var weighted in new[] { "PpLl", "PL" })
            {
                var weights = Vector<double>.Build.Dense(5, tag => weighted.Contains(Letters[tag]) ? weight : 1);
                var (precision, recall, f1) = EntityScores(sentences.ConvertAll(sentence => (
                    Text(sentence.Tags), Text(CrfNer.Viterbi(CrfNer.WeightedEmissions(sentence.Emissions, weights), Chain, All)))));
                table.Append(CultureInfo.InvariantCulture, $"  {precision,23:F3}  {recall,6:F3}  {f1,5:F3}");
            }

            table.Append('\n');
        }

        Snapshot.Verify(table.ToString());
    }

    private static List<(int[] Tags, Matrix<double> Emissions)> Sentences(double strength)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, Count).Select(sentence =>
        {
            var tags = new int[Length];
            var evidence = Inputs.Matrix(Length, 5, seed: 1000 + sentence);
            for (var token = 0; token < Length; token++)
            {
                tags[token] = Sample(token == 0 ? Start : Next[tags[token - 1]], random.NextDouble());
                evidence[token, tags[token]] += strength;
            }

            return (tags, strength * evidence);
        })];
    }

    private static int Sample(double[] probabilities, double uniform)
    {
        var tag = 0;
        for (var reached = probabilities[0]; uniform >= reached; reached += probabilities[tag])
        {
            tag++;
        }

        return tag;
    }

    private static Vector<double> Frequencies(List<(int[] Tags, Matrix<double> Emissions)> sentences) =>
        Vector<double>.Build.Dense(5, tag => sentences.Average(sentence => sentence.Tags.Average(t => t == tag ? 1.0 : 0)));

    private static int[] ArgMax(Matrix<double> scores) => [.. scores.EnumerateRows().Select(row => row.MaximumIndex())];

    private static string Text(int[] tags) => string.Concat(tags.Select(tag => Letters[tag]));

    /// <summary>Right means the same type, start and end. As usual scorers have it, an I that continues nothing begins an entity.</summary>
    private static (double Precision, double Recall, double F1) EntityScores(List<(string Gold, string Found)> pairs)
    {
        static IEnumerable<(int, int, char)> Entities(string text) =>
            Regex.Matches(text, "[Pp]p*|[Ll]l*").Select(match => (match.Index, match.Length, char.ToUpperInvariant(match.Value[0])));

        double right = pairs.Sum(pair => Entities(pair.Gold).Intersect(Entities(pair.Found)).Count());
        var (found, gold) = (pairs.Sum(pair => Entities(pair.Found).Count()), pairs.Sum(pair => Entities(pair.Gold).Count()));
        return (right / found, right / gold, 2 * right / (found + gold));
    }
}
