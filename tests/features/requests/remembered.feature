Feature: requests:Remembered
  Which requests of a day are still kept, so that the same id with another body is refused: read by any member.

  Rule: a day's requests, by organisation
    Scenario: the requests of today
      Given organisation "operator" with roles "platform_operator", for whom "Ouyang" acts
      When Ouyang asks requests:Remembered
        """
        {"day": "20261121"}
        """
      Then the answer holds
        """
        {"items": [["20261121", "$regulator", "20261121-000001"], ["20261121", "$regulator", "20261121-000002"], ["20261121", "$regulator", "20261121-000003"]]}
        """
      When Ouyang asks requests:Remembered
        """
        {"day": "20261120"}
        """
      Then the answer holds
        """
        {"items": [], "bookmark": ""}
        """
