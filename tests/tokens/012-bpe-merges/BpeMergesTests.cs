using System.Globalization;
using System.Runtime.CompilerServices;

namespace Kata012;

public class BpeMergesTests
{
    // Computed by the program that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    // 400 merges of the whole corpus.
    private static readonly (int Left, int Right)[] CorpusMerges = GoldenMerges("corpus");

    // Line i of the Chinese corpus says the same as line i of the English one, which goes on after the Chinese ends.
    private static readonly string[] Chinese = Lines("corpus.zh.txt");
    private static readonly string[] English = Lines("corpus.en.txt");

    [Fact, Task(1)]
    public void Merges_of_aaabdaaabac_by_hand()
    {
        // aaab d aaab ac: aa and ab occur twice, (a, a) comes first → Z = 256: Z a b d Z a b a c
        // Za and ab occur twice, the smaller left token wins → Y = 257: Z Y d Z Y a c; then ZY → X = 258: X d X a c
        BpeMerges.Train(["aaabdaaabac"], 3).Should().Equal(('a', 'a'), ('a', 'b'), (256, 257));
    }

    [Fact, Task(1)]
    public void Merges_of_the_words_of_the_paper_by_hand()
    {
        // es and st occur 9 times each: e < s. Then est 9; lo and ow 7; low 7; ew, ne and w·est 6; n·ew 6; new·est 6;
        // d·est, wi and id 3; i·dest 3; w·idest 3; er and low·e 2; low·er 2. Every word is one token now.
        string[] words = [.. Repeat("low", 5), .. Repeat("lower", 2), .. Repeat("newest", 6), .. Repeat("widest", 3)];

        BpeMerges.Train(words, 100).Should().Equal(
            ('e', 's'), (256, 't'), ('l', 'o'), (258, 'w'), ('e', 'w'), ('n', 260), (261, 257),
            ('d', 257), ('i', 263), ('w', 264), ('e', 'r'), (259, 266));
    }

    [Fact, Task(1)]
    public void Merges_of_an_excerpt_of_the_corpus_equal_those_of_a_program_that_recounts_everything()
    {
        var expected = GoldenMerges("excerpt");

        BpeMerges.Train([.. English[..16], .. Chinese[..8]], expected.Length).Should().Equal(expected);
    }

    [Theory, Task(1)]
    [InlineData(1, "ab ", 30)]
    [InlineData(19, "aab c", 30)]
    [InlineData(3, "ab的地 ", 30)]
    [InlineData(4, "é\u0301🙃 x", 24)]
    public void Merges_equal_the_definition_on_random_text(int seed, string alphabet, int length)
    {
        var random = new Random(seed);
        var letters = alphabet.EnumerateRunes().Select(rune => rune.ToString()).ToArray();
        var lines = Enumerable.Range(0, 3)
            .Select(_ => string.Concat(Enumerable.Range(0, length).Select(_ => letters[random.Next(letters.Length)]))).ToArray();

        BpeMerges.Train(lines, 12).Should().Equal(NaiveTrain(lines, 12));
    }

    [Fact, Task(1)]
    public void Three_equal_letters_hold_one_pair_not_two()
    {
        // aaa twice: aa can be joined twice (counted with overlap it would be 4); bc occurs 3 times
        BpeMerges.Train(["aaa", "bc", "bc", "bc", "aaa"], 1).Should().Equal([('b', 'c')]);
        // aaaa: aa can be joined twice in each
        BpeMerges.Train(["aaaa", "bc", "bc", "bc", "aaaa"], 1).Should().Equal([('a', 'a')]);
    }

    [Fact, Task(1)]
    public void Equal_counts_are_decided_by_the_tokens_and_not_by_the_order_of_the_text()
    {
        BpeMerges.Train(["xy", "xy", "bz", "bz", "ba", "ba"], 3).Should().Equal(('b', 'a'), ('b', 'z'), ('x', 'y'));
        BpeMerges.Train(["ba", "bz", "xy", "xy", "bz", "ba"], 3).Should().Equal(('b', 'a'), ('b', 'z'), ('x', 'y'));
    }

    [Fact, Task(1)]
    public void No_pair_crosses_the_cut_before_a_space()
    {
        // pieces: "a", " b", "a", " b": the space joins what follows it, never what precedes it
        BpeMerges.Train(["a b", "a b"], 10).Should().Equal([(' ', 'b')]);
        BpeMerges.Train(["a  ", "a  "], 10).Should().BeEmpty("every space begins a piece of its own");
    }

    [Fact, Task(1)]
    public void Only_U_0020_cuts_so_Chinese_merges_run_through_words_and_punctuation()
    {
        var merges = BpeMerges.Train(["词，元", "词，元"], 100);

        merges.Should().HaveCount(8, "three characters of three bytes each become one token");
        BpeMerges.Train(["\t\u3000a\t", "\t\u3000a\t"], 100).Should().HaveCount(5, "a tab and a wide space are bytes like all others");
    }

    [Fact, Task(1)]
    public void Spellings_that_a_culture_holds_equal_are_different_bytes()
    {
        // both look like é, and one letter is joined to the other by an invisible U+200D: 3 + 2 + 2 different pieces
        string[] composed = [.. Repeat("\u00e9", 3)];
        string[] combining = [.. Repeat("e\u0301", 2), .. Repeat("a\u200db", 2)];

        BpeMerges.Train([.. composed, .. combining], 1).Should().Equal([(0xC3, 0xA9)]);
        BpeMerges.Train([.. combining, .. composed], 100).Should().HaveCount(1 + 2 + 4, "each piece ends as one token");
        BpeMerges.Train(["ab", "AB", "AB", "ab", "AB"], 10).Should().Equal(('A', 'B'), ('a', 'b'));
    }

    [Fact, Task(1)]
    public void Training_stops_when_no_pair_occurs_twice()
    {
        BpeMerges.Train(["abc", "", "dab"], 10).Should().Equal([('a', 'b')]);
        BpeMerges.Train(["abab", ""], 0).Should().BeEmpty();
        BpeMerges.Train([], 5).Should().BeEmpty();
    }

    [Fact, Task(1)]
    public void Training_refuses_a_negative_number_and_half_of_a_surrogate_pair()
    {
        Expect.Throws<ArgumentException>(() => BpeMerges.Train(["ab"], -1));
        Expect.Throws<ArgumentException>(() => BpeMerges.Train(["ab\ud83d"], 1));
    }

    [Fact, Task(2)]
    public void An_emoji_is_three_tokens_once_its_first_two_bytes_are_joined()
    {
        // 🙃 is F0 9F 99 83. GPT-2 gives it the tokens 8582 247 225: one for F0 9F and two single bytes
        BpeMerges.Encode("🙃", []).Should().Equal(0xF0, 0x9F, 0x99, 0x83);
        BpeMerges.Encode("🙃", [(0xF0, 0x9F)]).Should().Equal(256, 0x99, 0x83);
    }

    [Fact, Task(2)]
    public void Earlier_merges_go_first_wherever_they_stand()
    {
        // bc has rank 0: a|bc. From left to right, ab would come first; then the longest token, abc, is out of reach
        BpeMerges.Encode("abc", [('b', 'c'), ('a', 'b'), (257, 'c')]).Should().Equal('a', 256);
        // the merge of rank 1 makes a pair of rank 2, and rank 0 has nothing to do
        BpeMerges.Encode("xyyz", [('y', 'z'), ('x', 'y'), (257, 256)]).Should().Equal(258);
        BpeMerges.Encode("aaaaa", [('a', 'a'), (256, 256)]).Should().Equal(257, 'a');
    }

    [Fact, Task(2)]
    public void No_merge_crosses_the_cut_before_a_space_and_nothing_else_cuts()
    {
        // pieces: "a", " b", " ", " ": the first two merges have nowhere to go
        BpeMerges.Encode("a b  ", [('a', ' '), (' ', ' '), (' ', 'b')]).Should().Equal('a', 258, ' ', ' ');
        BpeMerges.Encode(" a", [(' ', 'a')]).Should().Equal([256], "a space at the very beginning belongs to what follows it");
        BpeMerges.Encode("a\tb\u3000", [('a', '\t'), (256, 'b'), (257, 0xE3)]).Should().Equal(258, 0x80, 0x80);
    }

    [Fact, Task(2)]
    public void The_same_text_has_other_tokens_under_other_merges()
    {
        BpeMerges.Encode("abc", [('a', 'b')]).Should().Equal(256, 'c');
        BpeMerges.Encode("abc", [('b', 'c')]).Should().Equal('a', 256);
    }

    [Theory, Task(2)]
    [InlineData("english", "The tokeniser cuts what it has never read, unbelievably.")]
    [InlineData("chinese", "注意力分数除以维度的平方根，词元的编号决定一切。")]
    [InlineData("mixed", "cafe\u0301 and café, 🙃👩\u200d🚀, \u3000wide  gaps ")]
    public void Tokens_equal_those_of_a_program_that_applies_every_merge_in_turn(string name, string text) =>
        BpeMerges.Encode(text, CorpusMerges).Should().Equal(Golden.Case("encoded").Integers(name));

    [Fact, Task(2)]
    public void Decoding_undoes_encoding_on_lines_of_the_corpus()
    {
        foreach (var line in English.Concat(Chinese).Where((_, i) => i % 48 == 0))
        {
            BpeMerges.Decode(BpeMerges.Encode(line, CorpusMerges), CorpusMerges).Should().Be(line);
        }
    }

    [Theory, Task(2)]
    [InlineData("")]
    [InlineData(" two  spaces, one at each end ")]
    [InlineData("line\nbreak\tand\u0000zero")]
    [InlineData("e\u0301 is not \u00e9, and ǆ is not dž")]
    [InlineData("👩‍🚀 🏳️‍🌈 👍🏽 🇨🇳")]
    [InlineData("\ufeff中文、日本語、한국어，שלום \ufeff")]
    public void Decoding_undoes_encoding_on_text_it_was_not_trained_on(string text) =>
        BpeMerges.Decode(BpeMerges.Encode(text, CorpusMerges), CorpusMerges).Should().Be(text, "no byte may be lost");

    [Fact, Task(2)]
    public void A_character_cut_in_two_decodes_once_its_bytes_are_together()
    {
        BpeMerges.Decode([0xE8, 0xAF, 0x8D, 257], [(0xE8, 0xAF), (256, 0x8D)]).Should().Be("词词");
        BpeMerges.Decode([0xE8, 0xAF, 'x'], []).Should().Be("\ufffdx", "a part of a character is replaced");
    }

    [Fact, Task(2)]
    public void Unknown_tokens_and_half_of_a_surrogate_pair_are_refused()
    {
        Expect.Throws<ArgumentException>(() => BpeMerges.Decode([97, 257], [('a', 'b')]));
        Expect.Throws<ArgumentException>(() => BpeMerges.Decode([-1], [('a', 'b')]));
        Expect.Throws<ArgumentException>(() => BpeMerges.Encode("a\udc00b", [('a', 'b')]));
    }

    [Fact, Task(3)]
    public void Fertility_by_hand()
    {
        // 词 3 bytes, 🙃 4 bytes, é of two code points 3 bytes: without merges 10 tokens for 4 characters
        BpeMerges.Fertility(["词", "🙃e\u0301"], []).ShouldBeNear(10 / 4.0);
        // ab|ab| a|b: tokens 2 + 3 for characters 4 + 3, not the mean of 2/4 and 3/3; a space is a character
        BpeMerges.Fertility(["abab", "a b"], [('a', 'b')]).ShouldBeNear(5 / 7.0);
        // a|b, a|b, ba: every line counts, also one that was there before, and no merge reaches from one line into the next
        BpeMerges.Fertility(["ab", "ab", "ba"], [('b', 'a')]).ShouldBeNear(5 / 6.0);
        // an empty line has neither tokens nor characters
        BpeMerges.Fertility(["", "ab"], [('a', 'b')]).ShouldBeNear(1 / 2.0);
    }

    [Fact, Task(3)]
    public void Fertility_without_merges_is_the_number_of_bytes_of_a_character()
    {
        var text = string.Concat(Chinese);

        BpeMerges.Fertility(Chinese, []).ShouldBeNear((double)Encoding.UTF8.GetByteCount(text) / text.EnumerateRunes().Count());
        BpeMerges.Fertility([" plain words "], []).ShouldBeNear(1);
    }

    [Fact, Task(3)]
    public void Fertility_refuses_text_without_characters_and_half_of_a_surrogate_pair()
    {
        Expect.Throws<ArgumentException>(() => BpeMerges.Fertility(["", ""], [('a', 'b')]));
        Expect.Throws<ArgumentException>(() => BpeMerges.Fertility([], [('a', 'b')]));
        Expect.Throws<ArgumentException>(() => BpeMerges.Fertility(["ab", "\ud83dab"], [('a', 'b')]));
    }

    [Theory, Task(4)]
    [InlineData(1, 0.9, 0.1)]
    [InlineData(0.5, 0.75, 0.25)]
    [InlineData(0, 0.5, 0.5)]
    public void Weights_of_900_and_100_lines_by_hand(double alpha, double large, double small)
    {
        // √0.9 : √0.1 = 3 : 1
        BpeMerges.SamplingWeights(Sizes(900, 100), alpha).ShouldBeNear([large, small]);
    }

    [Theory, Task(4)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    public void Weights_sum_to_one_keep_the_order_and_shrink_the_ratios(double alpha)
    {
        var sizes = Sizes(7, 1e12, 3e5, 7);
        var weights = BpeMerges.SamplingWeights(sizes, alpha);

        sizes.ShouldBeNear(Sizes(7, 1e12, 3e5, 7), "inputs are not changed");
        weights.Sum().ShouldBeNear(1);
        (weights[1] / weights[2]).ShouldBeNear(Math.Pow(sizes[1] / sizes[2], alpha), "a ratio of sizes becomes its power");
        (weights[2] / weights[3]).ShouldBeNear(Math.Pow(sizes[2] / sizes[3], alpha));
        weights[0].ShouldBeNear(weights[3], tolerance: 1e-15);
    }

    [Fact, Task(4)]
    public void Weights_refuse_a_language_without_text_and_an_exponent_outside_0_to_1()
    {
        Expect.Throws<ArgumentException>(() => BpeMerges.SamplingWeights(Sizes(5, 0), 0.5));
        Expect.Throws<ArgumentException>(() => BpeMerges.SamplingWeights(Sizes(5, -2), 1));
        Expect.Throws<ArgumentException>(() => BpeMerges.SamplingWeights(Sizes(5, 2), -0.1));
        Expect.Throws<ArgumentException>(() => BpeMerges.SamplingWeights(Sizes(5, 2), 1.1));
        Expect.Throws<ArgumentException>(() => BpeMerges.SamplingWeights(Sizes(5, 2), double.NaN));
    }

    [Fact, Task(4)]
    public void Balanced_sampling_gives_Chinese_more_merges_and_narrows_the_gap() => Snapshot.Verify(Experiment());

    /// <summary>
    /// The table that the answer quotes: 60 merges learned from a sample of 24 lines, drawn by each alpha with the sizes
    /// of the whole corpus, and measured on aligned lines that follow them. "whole" of the Chinese merges are text; the
    /// others end or begin within a character.
    /// </summary>
    private static string Experiment()
    {
        const int Sample = 24;
        var (heldOutEnglish, heldOutChinese) = (English[24..33], Chinese[24..33]);
        var table = new StringBuilder("  alpha  lines en  zh  merges zh  whole  tokens/character en    zh    gap  zh/en for the same content\n");
        AddRow("bytes", 0, 0, []);
        foreach (var alpha in new[] { 1, 0.3, 0 })
        {
            var weights = BpeMerges.SamplingWeights(Sizes(English.Length, Chinese.Length), alpha);
            var fromEnglish = (int)Math.Round(Sample * weights[0]);
            var merges = BpeMerges.Train([.. English[..fromEnglish], .. Chinese[..(Sample - fromEnglish)]], 60);
            AddRow(alpha.ToString("F1", CultureInfo.InvariantCulture), fromEnglish, Sample - fromEnglish, merges);
        }

        return table.ToString();

        void AddRow(string name, int fromEnglish, int fromChinese, IReadOnlyList<(int Left, int Right)> merges)
        {
            var (en, zh) = (BpeMerges.Fertility(heldOutEnglish, merges), BpeMerges.Fertility(heldOutChinese, merges));
            var ratio = zh * Characters(heldOutChinese) / (en * Characters(heldOutEnglish));
            var texts = Enumerable.Range(256, merges.Count).Select(token => BpeMerges.Decode([token], merges)).ToArray();
            // Nearly all that is not ASCII in this corpus is Chinese.
            var chinese = texts.Count(text => !Ascii.IsValid(text));
            var whole = chinese - texts.Count(text => text.Contains('\ufffd'));
            table.Append(CultureInfo.InvariantCulture, $"{name,7}  {fromEnglish,8} {fromChinese,3}  {chinese,9}  {whole,5}");
            table.Append(CultureInfo.InvariantCulture, $"  {en,19:F3} {zh,5:F3}  {zh - en,5:F3}  {ratio,8:F3}\n");
        }
    }

    private static int Characters(string[] lines) => lines.Sum(line => line.EnumerateRunes().Count());

    private static IEnumerable<string> Repeat(string word, int times) => Enumerable.Repeat(word, times);

    private static (int Left, int Right)[] GoldenMerges(string name) =>
        [.. Golden.Case(name).Matrix("merges").EnumerateRows().Select(pair => ((int)pair[0], (int)pair[1]))];

    private static Vector<double> Sizes(params double[] sizes) => Vector<double>.Build.Dense(sizes);

    private static string[] Lines(string file, [CallerFilePath] string test = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(test)!, file)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The definition: list all pieces, count every joinable pair, join, and start again.</summary>
    private static List<(int Left, int Right)> NaiveTrain(string[] lines, int merges)
    {
        var pieces = lines.SelectMany(line => line.Replace(" ", "\n ", StringComparison.Ordinal).Split('\n'))
            .Select(piece => Encoding.UTF8.GetBytes(piece).Select(b => (int)b).ToList()).ToList();
        var learned = new List<(int Left, int Right)>();
        while (learned.Count < merges)
        {
            var best = pieces.SelectMany(piece => piece.Zip(piece.Skip(1))).Distinct()
                .Select(pair => (Change: pieces.Sum(piece => Join(piece, pair, -1).Count - piece.Count), Pair: pair))
                .DefaultIfEmpty().Min();
            if (best.Change > -2)
            {
                break;
            }

            pieces = [.. pieces.Select(piece => Join(piece, best.Pair, 256 + learned.Count))];
            learned.Add(best.Pair);
        }

        return learned;
    }

    private static List<int> Join(List<int> tokens, (int Left, int Right) pair, int joined)
    {
        var result = new List<int>();
        foreach (var token in tokens)
        {
            if (token == pair.Right && result.Count > 0 && result[^1] == pair.Left)
            {
                result[^1] = joined;
            }
            else
            {
                result.Add(token);
            }
        }

        return result;
    }
}
