using System.Text.RegularExpressions;

namespace Kata.Cli.Views;

/// <summary>
/// Where a line of Chinese may break. It is written without spaces: a line may end after any character, but
/// punctuation stays with the character that it belongs to.
/// </summary>
internal static partial class ChineseText
{
    /// <summary>The pieces of a text between which a line may break; together they are the text.</summary>
    public static IEnumerable<string> Pieces(string text) =>
        text.Any(IsChinese) ? Piece().Matches(text).Select(match => match.Value) : [text];

    /// <summary>Whether a character is Han or the punctuation of Chinese.</summary>
    public static bool IsChinese(char character) => character is (>= '\u2E80' and <= '\u9FFF') or (>= '\uFF00' and <= '\uFF60');

    // Opening marks, one Han character or a word of other letters, closing marks; or white space.
    [GeneratedRegex(@"\s+|[（《「『“‘]*(?:[\u3400-\u9FFF]|[^\s\u2E80-\u9FFF\uFF00-\uFF60“”‘’]+)?[，。、；：！？）》」』”’…—]*(?!\G)|.")]
    private static partial Regex Piece();
}
