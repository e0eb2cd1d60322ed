using System.Globalization;
using System.Text.RegularExpressions;

namespace Kata.Engine.Progress;

/// <summary>
/// What the text of an answer tells without compiling it: which tasks it has, and which of them still throw.
/// A stub documents each method with <c>Task n.</c> and throws <c>NotImplementedException("Task n: advice")</c>.
/// </summary>
/// <param name="Tasks">The numbers of the tasks that it names, in order.</param>
/// <param name="Open">Those of which at least one method still throws.</param>
/// <param name="Untouched">Whether every method still throws. Without their documentation it is no longer the stub.</param>
public sealed partial record AnswerScan(IReadOnlyList<int> Tasks, IReadOnlyList<int> Open, bool Untouched)
{
    /// <summary>Reads a text.</summary>
    public static AnswerScan Of(string text)
    {
        var documented = Numbers(Documented().Matches(text));
        var throwing = Numbers(Throwing().Matches(text));
        return new AnswerScan(
            InOrder([.. documented, .. throwing]),
            InOrder([.. throwing]),
            documented.Count > 0 && throwing.Count >= documented.Count);
    }

    private static List<int> Numbers(MatchCollection matches)
    {
        // Queries over numbers, here and below, would cost every start of the tool more time than the reading.
        var numbers = new List<int>();
        foreach (Match match in matches)
        {
            numbers.Add(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        }

        return numbers;
    }

    private static List<int> InOrder(List<int> numbers)
    {
        numbers.Sort();
        var distinct = new List<int>();
        foreach (var number in numbers)
        {
            if (distinct.Count == 0 || distinct[^1] != number)
            {
                distinct.Add(number);
            }
        }

        return distinct;
    }

    [GeneratedRegex(@"^[ \t]*///[ \t]*<summary>\s*(?:///[ \t]*)?Task ([0-9]{1,2})\b", RegexOptions.Multiline)]
    private static partial Regex Documented();

    // A line that begins with // is a comment: what it would throw is not thrown.
    [GeneratedRegex(@"^(?![ \t]*//).*\bNotImplementedException\(\s*\$?@?""Task ([0-9]{1,2})\b", RegexOptions.Multiline)]
    private static partial Regex Throwing();
}
