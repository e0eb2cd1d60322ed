using System.Globalization;
using static Kata072.EinsumAttentionTests;

namespace Kata072;

/// <summary>Task 1, the einsum by itself; what is built from it is in <see cref="EinsumAttentionTests"/>.</summary>
public class EinsumTests
{
    [Theory, Task(1)]
    [InlineData("ij,jk->ik", "19 22 43 50")] // rows times columns: 1·5 + 2·7, 1·6 + 2·8, 3·5 + 4·7, 3·6 + 4·8
    [InlineData("ij,jk->ki", "19 43 22 50")] // the same, transposed
    [InlineData("ij,kj->ik", "17 23 39 53")] // rows times rows: 1·5 + 2·6, 1·7 + 2·8, 3·5 + 4·6, 3·7 + 4·8
    [InlineData("ij,ij->ij", "5 12 21 32")] // entry by entry
    [InlineData("ii,ii->i", "5 32")] // diagonals 1, 4 times diagonals 5, 8
    [InlineData("ii,jk->jk", "25 30 35 40")] // the trace 1 + 4 times every entry
    [InlineData("ij,kl->jl", "48 56 72 84")] // column sums 4, 6 times column sums 12, 14
    public void Einsum_of_two_small_matrices_by_hand(string spec, string expected)
    {
        var (a, b) = (Filled("2 2", 1, 2, 3, 4), Filled("2 2", 5, 6, 7, 8));

        Values(EinsumAttention.Einsum(spec, a, b))
            .ShouldBeNear(expected.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture)));
    }

    [Fact, Task(1)]
    public void An_output_without_letters_is_a_tensor_of_shape_one() =>
        EinsumAttention.Einsum("ij,ij->", Filled("2 2", 1, 2, 3, 4), Filled("2 2", 5, 6, 7, 8))
            .ShouldBeNear(Filled("1", 70), "5 + 12 + 21 + 32");

    [Theory, Task(1)]
    [InlineData("ij,jk->ik")]
    [InlineData("ij,jk->ki")]
    [InlineData("iji,kj->ki")]
    [InlineData("ijk,k->")]
    [InlineData("ij,ij->ij")]
    [InlineData("ik,kj->")]
    [InlineData("bnd,hde->bhne")]
    [InlineData("bhnf,hfg->bng")]
    public void Einsum_equals_PyTorch(string spec)
    {
        var golden = EinsumAttentionTests.Golden.Case(spec);

        EinsumAttention.Einsum(spec, golden.Tensor("a"), golden.Tensor("b")).ShouldBeNear(golden.Tensor("output"));
    }

    [Fact, Task(1)]
    public void Einsum_equals_nested_loops_on_generated_specs()
    {
        var random = new Random(72);
        for (var seed = 0; seed < 40; seed++)
        {
            var (left, right) = (Letters(random.Next(1, 4)), Letters(random.Next(1, 4)));
            var output = string.Concat((left + right).Distinct().Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next()));
            var (a, b) = (Inputs.Tensor(seed, Lengths(left)), Inputs.Tensor(seed + 100, Lengths(right)));

            EinsumAttention.Einsum($"{left},{right}->{output}", a, b).ShouldBeNear(
                NestedLoops(left, right, output, a, b), $"the spec is \"{left},{right}->{output}\"");
        }

        string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => "wxyz"[random.Next(4)]));
    }

    [Theory, Task(1)]
    [InlineData("wx,xy->wy", "wy,xy->wx")]
    [InlineData("wxy,zy->xwz", "xwz,zy->wxy")]
    [InlineData("wx,wx->w", "w,wx->wx")]
    public void The_gradient_of_an_einsum_is_an_einsum(string forward, string backward)
    {
        // L = Σ upstream · Einsum(a, b) is linear in a, so its derivative at one coordinate is L at that unit tensor
        var (left, right, output) = (forward.Split(',')[0], forward.Split(',', '-')[1], forward.Split('>')[1]);
        var (b, upstream) = (Inputs.Tensor(1, Lengths(right)), Inputs.Tensor(2, Lengths(output)));
        var gradient = Values(Inputs.Tensor(3, Lengths(left)));
        for (var coordinate = 0; coordinate < gradient.Length; coordinate++)
        {
            var unit = new double[gradient.Length];
            unit[coordinate] = 1;
            var moved = EinsumAttention.Einsum(forward, Tensor.Create(unit, Lengths(left)), b);
            gradient[coordinate] = TensorPrimitives.Dot<double>(Values(upstream), Values(moved));
        }

        EinsumAttention.Einsum(backward, upstream, b).ShouldBeNear(Tensor.Create(gradient, Lengths(left)));
    }

    [Fact, Task(1)]
    public void Einsum_reads_a_permuted_view_in_the_order_of_its_axes()
    {
        var (a, b) = (Given(1, "2 3 4"), Given(2, "4 5"));

        EinsumAttention.Einsum("zxy,wz->xyw", Tensor.PermuteDimensions(a, [2, 0, 1]), Tensor.PermuteDimensions(b, [1, 0]))
            .ShouldBeNear(EinsumAttention.Einsum("xyz,zw->xyw", a, b), "permuting axes and letters alike changes nothing");
    }

    [Fact, Task(1)]
    public void Einsum_leaves_its_operands_as_they_were()
    {
        var (a, b) = (Given(1, "2 3"), Given(2, "3 4"));

        EinsumAttention.Einsum("ij,jk->ki", a, b);

        a.ShouldBeNear(Given(1, "2 3"));
        b.ShouldBeNear(Given(2, "3 4"));
    }

    [Theory, Task(1)]
    [InlineData("ij,jk", "2 3", "3 4", "->")]
    [InlineData("ij->jk->ik", "2 3", "3 4", "->")]
    [InlineData("ij->ji", "2 3", "3 4", "1")]
    [InlineData("i,j,k->i", "2", "3", "3")]
    [InlineData("iJ,Jk->ik", "2 3", "3 4", "'J'")]
    [InlineData("ij, jk->ik", "2 3", "3 4", "' '")]
    [InlineData("ij,jk->ik ", "2 3", "3 4", "' '")]
    [InlineData("iλ,λk->ik", "2 3", "3 4", "'λ'")] // a small letter, but none from a to z
    [InlineData("ij,jk->iq", "2 3", "3 4", "'q'")]
    [InlineData("ij,jk->iki", "2 3", "3 4", "'i'")]
    [InlineData("ijk,jk->i", "7 8", "7 8", "ijk 2")]
    [InlineData("ij,jkl->il", "6 7", "7 8", "jkl 2")]
    [InlineData("qz,zk->qk", "4 5 6", "5 7", "qz 3")]
    [InlineData("ij,jk->ik", "2 7", "8 4", "'j' 7 8")]
    [InlineData("ij,jk->ik", "2 7", "1 4", "'j' 7 1")]
    [InlineData("ij,jk->ik", "2 1", "8 4", "'j' 1 8")]
    [InlineData("ii,ij->j", "7 8", "7 4", "'i' 7 8")]
    [InlineData("ij,kk->i", "2 3", "7 8", "'k' 7 8")]
    public void Einsum_refuses_a_spec_and_names_the_problem(string spec, string aLengths, string bLengths, string named)
    {
        var message = Expect.Throws<ArgumentException>(
            () => EinsumAttention.Einsum(spec, Given(1, aLengths), Given(2, bLengths))).Message;

        foreach (var part in named == "' '" ? [named] : named.Split(' '))
        {
            message.Should().Contain(part, "the message names what is wrong");
        }
    }

    [Fact, Task(1)]
    public void Sizes_catch_a_misspelt_spec_only_where_they_differ() => Snapshot.Verify(Misspellings());

    /// <summary>
    /// The table that the answer quotes: all 24 orders of the keys' letters, with both orders of n and m in the output.
    /// Only "bhne,bhme->bhnm" is right.
    /// </summary>
    private static string Misspellings()
    {
        var table = new StringBuilder(" b  h  n  m  e   specs  accepted  right shape  right values\n");
        foreach (var sizes in new[] { "2 3 4 5 6", "2 3 5 5 6", "2 2 2 2 2" })
        {
            var s = sizes.Split(' ');
            var (queries, keys) = (Given(1, $"{s[0]} {s[1]} {s[2]} {s[4]}"), Given(2, $"{s[0]} {s[1]} {s[3]} {s[4]}"));
            var right = NestedLoops("bhne", "bhme", "bhnm", queries, keys);
            int specs = 0, accepted = 0, rightShape = 0, rightValues = 0;
            foreach (var spec in Specs())
            {
                specs++;
                if (Accepted(spec, queries, keys) is { } scores)
                {
                    var fits = scores.Lengths.SequenceEqual(right.Lengths);
                    accepted++;
                    rightShape += fits ? 1 : 0;
                    rightValues += fits && TensorPrimitives.Distance<double>(Values(scores), Values(right)) < 1e-9 ? 1 : 0;
                }
            }

            table.Append(CultureInfo.InvariantCulture, $" {sizes.Replace(" ", "  ")}{specs,8}{accepted,10}");
            table.Append(CultureInfo.InvariantCulture, $"{rightShape,13}{rightValues,14}\n");
        }

        return table.ToString();
    }

    /// <summary>The result, or null where the sizes clash.</summary>
    private static Tensor<double>? Accepted(string spec, Tensor<double> queries, Tensor<double> keys)
    {
        try
        {
            return EinsumAttention.Einsum(spec, queries, keys);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Specs()
    {
        // each further letter goes to every place of every order so far
        List<string> orders = [""];
        foreach (var letter in "bhme")
        {
            var longer = new List<string>();
            foreach (var order in orders)
            {
                for (var place = 0; place <= order.Length; place++)
                {
                    longer.Add(order.Insert(place, $"{letter}"));
                }
            }

            orders = longer;
        }

        foreach (var order in orders)
        {
            yield return $"bhne,{order}->bhnm";
            yield return $"bhne,{order}->bhmn";
        }
    }

    private static nint[] Lengths(string letters) => Array.ConvertAll(letters.ToCharArray(), letter => (nint)(2 + "wxyz".IndexOf(letter)));
}
