using System.Globalization;

namespace Kata072;

public class EinsumAttentionTests
{
    // Computed by the program that "source" in golden.json names.
    internal static readonly Golden Golden = Golden.Load();

    [Fact, Task(2)]
    public void Softmax_over_the_allowed_keys_by_hand()
    {
        // e^0 : e^ln 3 = 1 : 3 without the masked key; a lone allowed key has all the weight; no allowed key, no weight
        var scores = Filled("1 1 3 3", 0, Math.Log(3), 5, -2, 4, 1, 3, 2, 1);

        EinsumAttention.MaskedSoftmax(scores, Mask("1 3 3", "110 100 000"))
            .ShouldBeNear(Filled("1 1 3 3", 0.25, 0.75, 0, 1, 0, 0, 0, 0, 0));
    }

    [Fact, Task(2)]
    public void Masked_softmax_equals_PyTorch()
    {
        var golden = Golden.Case("softmax");

        EinsumAttention.MaskedSoftmax(golden.Tensor("scores"), Mask(golden)).ShouldBeNear(golden.Tensor("weights"));
    }

    [Theory, Task(2)]
    [InlineData(1, 2, 3, 4)]
    [InlineData(3, 2, 5, 2)]
    [InlineData(2, 3, 1, 6)]
    public void Every_query_shares_out_one_among_its_allowed_keys(int batch, int heads, int queries, int keys)
    {
        var mask = RandomMask(seed: keys, batch, queries, keys);
        var allowed = Values(mask);
        var weights = Values(EinsumAttention.MaskedSoftmax(Given(5, $"{batch} {heads} {queries} {keys}"), mask));

        for (var row = 0; row < batch * heads * queries; row++)
        {
            var (b, n) = (row / heads / queries, row % queries);
            double sum = 0, masked = 0;
            for (var m = 0; m < keys; m++)
            {
                sum += weights[(row * keys) + m];
                masked += allowed[(((b * queries) + n) * keys) + m] ? 0 : Math.Abs(weights[(row * keys) + m]);
            }

            sum.ShouldBeNear(1, $"query {n} of batch {b} may attend to at least one key");
            masked.ShouldBeNear(0, "masked keys have no weight");
        }
    }

    [Fact, Task(2)]
    public void Softmax_survives_scores_far_beyond_the_range_of_exp()
    {
        // the last query's only allowed score lies below whatever number might be written over the masked ones
        var scores = Filled("1 1 4 3", 1000, 1000 + Math.Log(3), -5, -1000, -1000 - Math.Log(4), 7, 0, Math.Log(3), 1e6, -1e12, 2, 1);

        EinsumAttention.MaskedSoftmax(scores, Mask("1 4 3", "110 110 110 100")).ShouldBeNear(
            Filled("1 1 4 3", 0.25, 0.75, 0, 0.8, 0.2, 0, 0.25, 0.75, 0, 1, 0, 0), "a masked score counts for nothing, however large");
    }

    [Fact, Task(2)]
    public void Masked_softmax_leaves_scores_and_mask_as_they_were()
    {
        var (scores, mask) = (Given(5, "1 2 3 4"), Mask("1 3 4", "1101 0110 0000"));

        EinsumAttention.MaskedSoftmax(scores, mask);

        scores.ShouldBeNear(Given(5, "1 2 3 4"));
        Values(mask).Should().Equal(Values(Mask("1 3 4", "1101 0110 0000")));
    }

    [Theory, Task(2)]
    [InlineData("2 3 4 5", "2 5 4")]
    [InlineData("2 3 4 5", "1 4 5")]
    [InlineData("2 3 4 5", "2 4 1")]
    [InlineData("2 3 4 5", "2 3 4 5")]
    [InlineData("2 3 4 5", "4 5")]
    [InlineData("2 4 5", "2 4 5")]
    [InlineData("2 3 4 5 1", "2 4 5")]
    public void Masked_softmax_refuses_shapes_that_do_not_fit(string scores, string mask) =>
        Expect.Throws<ArgumentException>(() => EinsumAttention.MaskedSoftmax(Given(1, scores), AllAllowed(mask)));

    [Fact, Task(3)]
    public void Attention_of_two_unit_vectors_by_hand()
    {
        // scores 1/√2 and 0: the own weight is e^0.7071 / (e^0.7071 + 1) = 0.66976155, and 1 + 2(1 − 0.66976155) = 1.6604769;
        // under the causal mask the first query sees the first value alone
        var (identity, values) = (Filled("1 1 2 2", 1, 0, 0, 1), Filled("1 1 2 2", 1, 2, 3, 4));

        EinsumAttention.Attention(identity, identity, values, AllAllowed("1 2 2"))
            .ShouldBeNear(Filled("1 1 2 2", 1.6604769, 2.6604769, 2.3395231, 3.3395231), tolerance: 1e-7);
        EinsumAttention.Attention(identity, identity, values, Mask("1 2 2", "10 11"))
            .ShouldBeNear(Filled("1 1 2 2", 1, 2, 2.3395231, 3.3395231), "true = may attend", tolerance: 1e-7);
    }

    [Fact, Task(3)]
    public void Attention_equals_PyTorch()
    {
        var golden = Golden.Case("attention");

        EinsumAttention.Attention(golden.Tensor("queries"), golden.Tensor("keys"), golden.Tensor("values"), Mask(golden))
            .ShouldBeNear(golden.Tensor("output"));
    }

    [Theory, Task(3)]
    [InlineData(2, 3, 4, 2, 3, 4)] // any two lengths differ in this row or in the next: no axis can stand for another in both
    [InlineData(3, 2, 1, 4, 4, 3)]
    [InlineData(1, 2, 3, 3, 3, 3)]
    public void Attention_equals_nested_loops(int b, int h, int n, int m, int e, int f)
    {
        var (q, k, v) = (Given(1, $"{b} {h} {n} {e}"), Given(2, $"{b} {h} {m} {e}"), Given(3, $"{b} {h} {m} {f}"));
        var mask = RandomMask(seed: 4, b, n, m);

        EinsumAttention.Attention(q, k, v, mask).ShouldBeNear(NaiveAttention(q, k, v, mask));
    }

    [Fact, Task(3)]
    public void A_key_that_is_masked_for_all_queries_changes_nothing()
    {
        var (q, k, v, mask) = (Given(1, "1 2 3 4"), Given(2, "1 2 3 4"), Given(3, "1 2 3 5"), Mask("1 3 3", "110 110 010"));
        var before = EinsumAttention.Attention(q, k, v, mask);
        (k[Split("0 1 2 0")], v[Split("0 1 2 3")]) = (1e6, -1e6);

        EinsumAttention.Attention(q, k, v, mask).ShouldBeNear(before);
    }

    [Fact, Task(3)]
    public void A_query_without_any_allowed_key_gets_zeros()
    {
        var output = Values(EinsumAttention.Attention(
            Given(1, "1 1 2 3"), Given(2, "1 1 2 3"), Given(3, "1 1 2 3"), Mask("1 2 2", "00 11")));

        output[..3].ShouldBeNear(new double[3]);
        output[3..].Sum(Math.Abs).Should().BeGreaterThan(0.1, "the other query is not touched");
    }

    [Fact, Task(3)]
    public void Attention_leaves_its_inputs_as_they_were()
    {
        var (q, k, v, mask) = (Given(1, "1 2 2 3"), Given(2, "1 2 2 3"), Given(3, "1 2 2 3"), Mask("1 2 2", "10 11"));

        EinsumAttention.Attention(q, k, v, mask);

        q.ShouldBeNear(Given(1, "1 2 2 3"));
        k.ShouldBeNear(Given(2, "1 2 2 3"));
        v.ShouldBeNear(Given(3, "1 2 2 3"));
        Values(mask).Should().Equal(Values(Mask("1 2 2", "10 11")));
    }

    [Theory, Task(3)]
    [InlineData("2 3 4 6", "2 3 5 7", "2 3 5 8", "2 4 5")]
    [InlineData("2 3 4 6", "2 3 5 6", "2 3 4 8", "2 4 5")]
    [InlineData("2 3 4 6", "2 1 5 6", "2 3 5 8", "2 4 5")]
    [InlineData("2 3 4 6", "2 3 5 6", "2 3 5 8", "2 5 4")]
    public void Attention_refuses_shapes_that_do_not_fit(string queries, string keys, string values, string mask) =>
        Expect.Throws<ArgumentException>(
            () => EinsumAttention.Attention(Given(1, queries), Given(2, keys), Given(3, values), AllAllowed(mask)));

    [Fact, Task(4)]
    public void Multi_head_attention_equals_the_layer_of_PyTorch()
    {
        var golden = Golden.Case("multiHead");

        EinsumAttention.MultiHead(
            golden.Tensor("targets"), golden.Tensor("sources"), golden.Tensor("queryWeights"), golden.Tensor("keyWeights"),
            golden.Tensor("valueWeights"), golden.Tensor("outputWeights"), Mask(golden)).ShouldBeNear(golden.Tensor("output"));
    }

    [Fact, Task(4)]
    public void Two_heads_of_dimension_one_by_hand()
    {
        // one target, two sources 1 and 2, keys 0: every weight is 1/2, so the heads' results are their value weights 4, 8
        // times the mean 1.5; the output weights 1, 10 and 2, 20 add them up: 6·1 + 12·2 = 30 and 6·10 + 12·20 = 300
        var (targets, sources) = (Filled("1 1 1", 7), Filled("1 2 1", 1, 2));
        var (ones, zeros) = (Filled("2 1 1", 1, 1), Filled("2 1 1", 0, 0));
        var (valueWeights, outputWeights) = (Filled("2 1 1", 4, 8), Filled("2 1 2", 1, 10, 2, 20));

        EinsumAttention.MultiHead(targets, sources, ones, zeros, valueWeights, outputWeights, AllAllowed("1 1 2"))
            .ShouldBeNear(Filled("1 1 2", 30, 300));
    }

    [Theory, Task(4)]
    [InlineData(2, 3, 4, 4, 3, 2, 4, 3, 2)] // any two lengths differ in this row or in the next: no axis can stand for another in both
    [InlineData(3, 2, 1, 2, 4, 2, 3, 3, 4)]
    [InlineData(2, 2, 2, 2, 2, 2, 2, 2, 2)]
    public void Multi_head_attention_is_the_sum_of_its_heads(int b, int n, int m, int d, int c, int h, int e, int f, int g)
    {
        var (targets, sources, mask) = (Given(1, $"{b} {n} {d}"), Given(2, $"{b} {m} {c}"), RandomMask(seed: 3, b, n, m));
        var (queryWeights, keyWeights) = (Given(4, $"{h} {d} {e}"), Given(5, $"{h} {c} {e}"));
        var (valueWeights, outputWeights) = (Given(6, $"{h} {c} {f}"), Given(7, $"{h} {f} {g}"));
        var heads = NaiveAttention(
            NestedLoops("bnd", "hde", "bhne", targets, queryWeights), NestedLoops("bmc", "hce", "bhme", sources, keyWeights),
            NestedLoops("bmc", "hcf", "bhmf", sources, valueWeights), mask);

        EinsumAttention.MultiHead(targets, sources, queryWeights, keyWeights, valueWeights, outputWeights, mask)
            .ShouldBeNear(NestedLoops("bhnf", "hfg", "bng", heads, outputWeights));
    }

    [Fact, Task(4)]
    public void Multi_head_attention_refuses_weights_of_another_number_of_heads() =>
        Expect.Throws<ArgumentException>(() => EinsumAttention.MultiHead(
            Given(1, "2 4 6"), Given(2, "2 5 6"), Given(3, "3 6 7"), Given(4, "3 6 7"),
            Given(5, "2 6 7"), Given(6, "3 7 8"), AllAllowed("2 4 5")));

    [Fact, Task(4)]
    public void Multi_head_attention_leaves_its_inputs_as_they_were()
    {
        var inputs = Enumerable.Range(0, 6).Select(seed => Given(seed, "2 2 2")).ToArray();
        var mask = Mask("2 2 2", "10 11 11 01");

        EinsumAttention.MultiHead(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5], mask);

        for (var seed = 0; seed < 6; seed++)
        {
            inputs[seed].ShouldBeNear(Given(seed, "2 2 2"), $"input {seed} belongs to the caller");
        }

        Values(mask).Should().Equal(Values(Mask("2 2 2", "10 11 11 01")));
    }

    /// <summary>The definition: every combination of indices of all letters adds one product to one entry of the output.</summary>
    internal static Tensor<double> NestedLoops(string left, string right, string output, Tensor<double> a, Tensor<double> b)
    {
        int[] size = new int['z' + 1], index = new int['z' + 1];
        for (var axis = 0; axis < left.Length + right.Length; axis++)
        {
            size[(left + right)[axis]] = (int)(axis < left.Length ? a.Lengths[axis] : b.Lengths[axis - left.Length]);
        }

        var (aValues, bValues) = (Values(a), Values(b));
        nint[] lengths = output == "" ? [1] : [.. output.Select(letter => (nint)size[letter])];
        var result = new double[lengths.Aggregate((product, length) => product * length)];
        do
        {
            result[Place(output)] += aValues[Place(left)] * bValues[Place(right)];
        }
        while (Next());
        return Tensor.Create(result, lengths);

        int Place(string letters)
        {
            var place = 0;
            foreach (var letter in letters)
            {
                place = (place * size[letter]) + index[letter];
            }

            return place;
        }

        bool Next()
        {
            for (var letter = 'a'; letter <= 'z'; letter++)
            {
                index[letter]++;
                if (index[letter] < size[letter])
                {
                    return true;
                }

                index[letter] = 0;
            }

            return false;
        }
    }

    private static Tensor<double> NaiveAttention(Tensor<double> queries, Tensor<double> keys, Tensor<double> values, Tensor<bool> mask)
    {
        var scores = NestedLoops("bhne", "bhme", "bhnm", queries, keys);
        var (h, n, m) = ((int)scores.Lengths[1], (int)scores.Lengths[2], (int)scores.Lengths[3]);
        var (weights, allowed) = (Values(scores), Values(mask));
        for (var row = 0; row < weights.Length / m; row++)
        {
            var (first, firstAllowed) = (row * m, ((row / h / n * n) + (row % n)) * m);
            var sum = 0.0;
            for (var key = 0; key < m; key++)
            {
                weights[first + key] = allowed[firstAllowed + key] ? Math.Exp(weights[first + key] / Math.Sqrt(queries.Lengths[3])) : 0;
                sum += weights[first + key];
            }

            for (var key = 0; key < m; key++)
            {
                weights[first + key] /= sum;
            }
        }

        return NestedLoops("bhnm", "bhmf", "bhnf", Tensor.Create(weights, scores.Lengths), values);
    }

    /// <summary>A mask with some keys of every query allowed, at least one.</summary>
    private static Tensor<bool> RandomMask(int seed, int batch, int queries, int keys)
    {
        var random = new Random(seed);
        var allowed = new bool[batch * queries * keys];
        for (var i = 0; i < allowed.Length; i++)
        {
            allowed[i] = i % keys == i / keys % keys || random.Next(2) == 0;
        }

        return Tensor.Create(allowed, Split($"{batch} {queries} {keys}"));
    }

    private static Tensor<bool> Mask(Golden golden) =>
        Tensor.Create(Array.ConvertAll(Values(golden.Tensor("mask")), value => value == 1), golden.Tensor("mask").Lengths);

    /// <summary>A mask from rows of digits, 1 = may attend.</summary>
    private static Tensor<bool> Mask(string lengths, string rows) =>
        Tensor.Create(Array.ConvertAll(rows.Replace(" ", "").ToCharArray(), digit => digit == '1'), Split(lengths));

    private static Tensor<bool> AllAllowed(string lengths)
    {
        var mask = Tensor.CreateFromShape<bool>(Split(lengths));
        mask.Fill(true);
        return mask;
    }

    internal static Tensor<double> Filled(string lengths, params double[] values) => Tensor.Create(values, Split(lengths));

    internal static Tensor<double> Given(int seed, string lengths) => Inputs.Tensor(seed, Split(lengths));

    private static nint[] Split(string lengths) =>
        Array.ConvertAll(lengths.Split(' '), length => nint.Parse(length, CultureInfo.InvariantCulture));

    internal static T[] Values<T>(Tensor<T> tensor)
    {
        var values = new T[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }
}
